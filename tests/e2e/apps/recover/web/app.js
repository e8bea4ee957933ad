runtime.send('here', location.pathname);
