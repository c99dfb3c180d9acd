(function(){
var box=document.getElementById('filter');
if(!box)return;
var input=box.querySelector('input'),out=box.querySelector('output'),
groups=[].slice.call(document.querySelectorAll('.claims')),
rows=[].slice.call(document.querySelectorAll('.claims tbody tr'));
function go(){
  var words=input.value.toLowerCase().split(/\s+/).filter(Boolean),found=0;
  groups.forEach(function(g){
    var any=0,name=g.querySelector('summary').textContent.toLowerCase();
    g.querySelectorAll('tbody tr').forEach(function(r){
      var text=name+' '+r.textContent.toLowerCase(),ok=words.every(function(w){return text.indexOf(w)>-1});
      r.hidden=!ok;
      if(ok)any++});
    g.hidden=!any;
    g.open=words.length>0&&any>0;
    found+=any});
  out.textContent=words.length?(found?found+' of '+rows.length+' sentences':'No sentence has these words'):rows.length+' sentences'}
input.addEventListener('input',go);
box.hidden=false;
go();
})();
