setTimeout(() => document.head.append(Object.assign(document.createElement('script'), { src: 'app.js' })), 1000);
