// It has no window, so what is before the first stays.
