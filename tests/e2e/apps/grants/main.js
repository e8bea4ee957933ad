// Only looked at.
