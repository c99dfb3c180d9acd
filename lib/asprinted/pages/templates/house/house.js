(function(){
var root=document.documentElement;
function place(e){
  var n=e.target.closest&&e.target.closest('a.n');
  if(!n)return;
  root.classList.remove('hush');
  var r=n.getBoundingClientRect(),x=r.left+r.width/2;
  n.classList.toggle('at-left',x<140);
  n.classList.toggle('at-right',x>root.clientWidth-140);
}
['pointerover','focusin'].forEach(function(t){document.addEventListener(t,place)});
document.addEventListener('keydown',function(e){if(e.key==='Escape')root.classList.add('hush')});
var touched=null,coarse=false;
document.addEventListener('pointerdown',function(e){coarse=e.pointerType!=='mouse'});
document.addEventListener('click',function(e){
  var n=e.target.closest('a.n');
  if(n&&coarse&&touched!==n){e.preventDefault();n.focus()}
  touched=n;
});
function open(){
  var t=location.hash.length>1&&document.getElementById(decodeURIComponent(location.hash.slice(1))),d=t&&t.closest('details');
  if(d&&!d.open){d.open=true;t.scrollIntoView()}
}
window.addEventListener('hashchange',open);
open();
})();
