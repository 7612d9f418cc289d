import sys, json
from playwright.sync_api import sync_playwright
from axe_playwright_python.sync_playwright import Axe
B='http://127.0.0.1:8971'
TAGS='wcag2a wcag2aa wcag2aaa wcag21a wcag21aa wcag22aa best-practice'.split()
MEASURE='''(min)=>{const out=[];const small=[];
const vis=e=>{const r=e.getBoundingClientRect();return r.width>1&&r.height>1&&getComputedStyle(e).visibility!='hidden'};
document.querySelectorAll('a,button,input:not([type=hidden]),select,textarea,summary').forEach(e=>{if(!vis(e)||e.closest('pre'))return;const r=e.getBoundingClientRect();if(r.width<min-.5||r.height<min-.5)out.push([e.tagName,e.className.toString().slice(0,30),e.innerText?.slice(0,20),Math.round(r.width),Math.round(r.height)])});
let smallest=99;const w=document.createTreeWalker(document.body,4);let n;while(n=w.nextNode()){if(!n.textContent.trim())continue;const p=n.parentElement;if(['SCRIPT','NOSCRIPT'].includes(p.tagName)||p.closest('.sr'))continue;const f=parseFloat(getComputedStyle(p).fontSize);if(f<smallest){smallest=f}}
return {out,smallest,over:document.documentElement.scrollWidth-innerWidth, wide:[...document.querySelectorAll('main *')].filter(e=>e.getBoundingClientRect().right>innerWidth+1&&!e.closest('.table-scroll')&&!e.closest('pre')&&!e.closest('.sr')).slice(0,5).map(e=>e.tagName+'.'+e.className)}}'''
SPACING='*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important} p{margin-bottom:2em!important}'
def run(paths,sizes=('standard','large','xlarge'),contrasts=('standard','high'),langs=('zh-hans','en'),views=((360,800),(1280,800)),tokens={'standard':48,'large':64,'xlarge':72}):
    bad=0; small={}
    with sync_playwright() as p:
        b=p.chromium.launch(executable_path='/usr/bin/chromium',args='--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split())
        for lang in langs:
          for v in views:
            c=b.new_context(viewport={'width':v[0],'height':v[1]}); c.add_cookies([{'name':'django_language','value':lang,'url':B}])
            pg=c.new_page(); pg.on('console',lambda m:print('CONSOLE',m.text)); pg.on('pageerror',lambda m:print('ERR',m)); pg.on('request',lambda r: r.url.startswith(B) or r.url.startswith('blob:') or print('OFF',r.url))
            for path in paths:
              for s in sizes:
                for k in contrasts:
                    pg.goto(B+path+('&' if '?' in path else '?')+f'size={s}&contrast={k}'); pg.wait_for_timeout(100)
                    r=Axe().run(pg,options={'runOnly':{'type':'tag','values':TAGS},'resultTypes':['violations','incomplete']}).response
                    key=(path,lang,v[0],s,k)
                    for kind in ('violations','incomplete'):
                        for x in r[kind]:
                            bad+=1; print(kind,key,x['id'],len(x['nodes']),[ (n['target'],n['any'][0]['message'][:160] if n['any'] else n['html'][:80]) for n in x['nodes'][:3]])
                    m=pg.evaluate(MEASURE, tokens[s])
                    for vw in (v[0],320) if v[0]<1000 else (v[0],):
                        pg.set_viewport_size({'width':vw,'height':v[1]})
                        m2=pg.evaluate(MEASURE, tokens[s])
                        if m2['out'] or m2['over']>0 or m2['wide']: bad+=1; print('MEASURE',key,vw,m2['over'],m2['wide'],m2['out'][:8])
                    h=pg.add_style_tag(path='/tmp/tbd/spacing.css') if False else None
                    pg.set_viewport_size({'width':v[0],'height':v[1]})
                    pg.evaluate("css=>{const s=new CSSStyleSheet();s.replaceSync(css);document.adoptedStyleSheets=[s]}",SPACING)
                    m3=pg.evaluate(MEASURE, tokens[s])
                    if m3['over']>0 or m3['wide']: bad+=1; print('SPACING',key,m3['over'],m3['wide'])
                    small.setdefault((path,s),set()).add(m['smallest'])
        b.close()
    print('BAD',bad,small)
if __name__=='__main__': exec(sys.argv[1])
