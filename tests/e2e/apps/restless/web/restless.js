let n = 0;

function go() {
  location.href = `restless.html?${++n}-${Math.random()}`;
}

setInterval(go, 0);
go();
