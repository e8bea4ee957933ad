const host = 'mine'; window.taken = host;
