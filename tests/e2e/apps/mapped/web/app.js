(()=>{var s=(e,t)=>()=>{try{return t||e((t={exports:{}}).exports,t),t.exports}catch(n){throw t=0,n}};var a=s(()=>{var r=class{constructor(t){this.root=t}root;show(t){this.root.textContent=t}};function o(e){e.show("never")}async function i(){await Promise.resolve(),o(new r)}setTimeout(()=>{o(new r(void 0))},10);setTimeout(()=>{i()},50);setTimeout(()=>{try{o(new r)}catch(e){console.error("seen:",e)}},100);setTimeout(()=>{let e=new Error(`forged
error script: nothing (main.ts:1)`);throw e.stack+=`
at app://mapped/app.js:1:1
\x1B[31m@https://elsewhere.example/app.js:1:1`,e},150);setTimeout(()=>{let e=0,t=setInterval(()=>{for(let n=0;n<20;n++)reportError(new RangeError("the same again"));++e===50&&(clearInterval(t),runtime.send("flooded",e))},1)},1500)});a();})();
//# sourceMappingURL=app.js.map
