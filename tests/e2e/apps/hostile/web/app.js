document.title += location.search;
