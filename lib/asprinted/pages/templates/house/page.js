(function(){
var box=document.getElementById('wi');
if(!box)return;
var read=function(name){return JSON.parse(box.dataset[name])};
var xs=read('x'),shown=read('shown'),marks=read('marks'),say=box.dataset.say,
slider=box.querySelector('input[type=range]'),out=box.querySelector('output'),
value=box.querySelector('.lim b'),start=+slider.defaultValue,
rows=[].slice.call(box.querySelectorAll('.crow')).map(function(el){
  var d=JSON.parse(el.dataset.steps),words=(d.w||[]).map(function(w){return d.a+w+d.z});
  return{el:el,codes:d.c,words:words,radio:el.querySelector('input'),line:el.querySelector('.at'),
    word:el.querySelector('.w'),label:el.querySelector('.lab').textContent,setting:el.dataset.setting}});
function setting(){var t=box.querySelector('[name=wi-setting]:checked');return t?t.value:'0'}
function mark(row,i){var m=marks[row.codes[i]]||['','',''];return{word:row.words[i]||m[0],token:m[1],icon:m[2]}}
function speak(parts){
  out.textContent='';
  say.split(/(\{\w+\})/).forEach(function(p){
    var name=p.slice(1,-1);
    if(p[0]==='{'&&name in parts){var b=document.createElement('b');b.textContent=parts[name];out.appendChild(b)}
    else out.appendChild(document.createTextNode(p))})}
function draw(){
  var i=+slider.value,now=setting(),seen=rows.filter(function(r){r.el.hidden=r.setting!==now&&!!box.querySelector('.tog');return!r.el.hidden});
  if(!seen.some(function(r){return r.radio.checked})&&seen[0])seen[0].radio.checked=true;
  seen.forEach(function(r){
    var m=mark(r,i),svg=r.word.querySelector('svg');
    r.line.setAttribute('x1',xs[i]+'%');r.line.setAttribute('x2',xs[i]+'%');
    r.word.setAttribute('class','w '+m.token);
    svg.toggleAttribute('hidden',!m.icon);
    if(m.icon)svg.firstElementChild.setAttribute('href','#i-'+m.icon);
    r.word.lastElementChild.textContent=m.word;
    r.el.querySelectorAll('.bar,.ring').forEach(function(b){
      b.setAttribute('class',b.getAttribute('class').split(' ')[0]+' v-'+m.token)});
    if(r.radio.checked)speak({value:shown[i],row:r.label,word:m.word})});
  value.textContent=shown[i];
  slider.setAttribute('aria-valuetext',shown[i])}
box.addEventListener('input',draw);
box.addEventListener('change',draw);
box.querySelector('button').addEventListener('click',function(){slider.value=start;draw()});
box.hidden=false;
document.getElementById('wi-table').open=false;
draw();
})();
