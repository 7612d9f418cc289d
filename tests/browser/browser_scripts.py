from playwright.sync_api import sync_playwright
import segno, io, json
from PIL import Image
B='http://127.0.0.1:8971'
buf=io.BytesIO(); segno.make('https://wallet.example/w/pay/abc').save(buf,kind='png',scale=10,border=6); buf.seek(0)
q=Image.open(buf).convert('L').resize((420,420)); im=Image.new('L',(640,480),200); im.paste(q,(110,30))
Y=im.tobytes(); U=bytes([128])*(320*240)
with open('/tmp/tbd/qr.y4m','wb') as f:
    f.write(b'YUV4MPEG2 W640 H480 F5:1 Ip A1:1 C420\n')
    for _ in range(5): f.write(b'FRAME\n'+Y+U+U)
A='--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split()
with sync_playwright() as p:
    b=p.chromium.launch(executable_path='/usr/bin/chromium',args=A+['--use-fake-device-for-media-stream','--use-fake-ui-for-media-stream','--use-file-for-fake-video-capture=/tmp/tbd/qr.y4m'])
    pg=b.new_page(); pg.on('console',lambda m:print('CONSOLE',m.text)); pg.on('pageerror',lambda m:print('ERR',m))
    pg.goto(B+'/demo/scan/'); print('detector', pg.evaluate("'BarcodeDetector' in window"))
    pg.click('[data-scan-start]'); pg.wait_for_url('**/demo/home/**',timeout=15000); print('scan ->',pg.url[:120])
    b.close()
    b=p.chromium.launch(executable_path='/usr/bin/chromium',args=A)
    c=b.new_context(); pg=c.new_page(); pg.on('console',lambda m:print('CONSOLE',m.text)); pg.on('pageerror',lambda m:print('ERR',m))
    pg.goto(B+'/demo/scan/'); pg.click('[data-scan-start]'); pg.wait_for_timeout(800); print('no camera:',pg.inner_text('[data-scan-say]'))
    pg.evaluate("()=>{navigator.mediaDevices.getUserMedia=()=>Promise.reject(new DOMException('x','NotAllowedError'))}"); pg.click('[data-scan-start]'); pg.wait_for_timeout(300); print('denied:',pg.inner_text('[data-scan-say]'))
    pg.goto(B+'/w/styleguide/'); pg.locator('.choice:has(#id_choice-size_2)').click(position={'x':200,'y':20}); print('preview',pg.evaluate("document.documentElement.dataset.size"))
    pg.locator('.choice:has(#id_choice-contrast_1)').click(position={'x':60,'y':20}); print('preview',pg.evaluate("document.documentElement.dataset.contrast"))
    print('speak hidden?',pg.evaluate("[...document.querySelectorAll('[data-speak]')].map(e=>e.hidden)"), 'focus',pg.evaluate("document.activeElement.className"))
    pg.click('[data-speak=check]'); pg.wait_for_timeout(200); print(pg.inner_text('[data-speak=check]'))
    c.grant_permissions(['clipboard-read','clipboard-write']); pg.click('[data-copy]'); pg.wait_for_timeout(200); print('copy',pg.inner_text('[data-copy]'), pg.evaluate("navigator.clipboard.readText()"))
    pg.goto(B+'/livepage/'); pg.click('[data-sound]'); print(pg.inner_text('[data-sound]')); pg.wait_for_selector('text=final',timeout=12000); n=c.request.get(B+'/stat/').json(); pg.wait_for_timeout(2500); print('asks',n, c.request.get(B+'/stat/').json(), pg.inner_html('#live')[:300], pg.evaluate("sessionStorage.getItem('arrival:u1')"))
    pg.evaluate("()=>{const b=document.querySelector('button[name=a]'); b.click(); b.click(); b.click()}"); pg.wait_for_timeout(300); 
    pg.wait_for_load_state(); pg.wait_for_timeout(2000); print(pg.inner_text('body'))
    pg.go_back(); pg.wait_for_timeout(500); print('after back busy:',pg.get_attribute('button[name=a]','aria-busy'))
    # keyboard
    pg.goto(B+'/demo/home/'); pg.keyboard.press('Tab'); print('first',pg.evaluate("document.activeElement.className")); pg.screenshot(path='/tmp/tbd/png/skip.png'); pg.keyboard.press('Enter'); pg.keyboard.press('Tab'); print('then',pg.evaluate("document.activeElement.outerHTML.slice(0,80)")); pg.screenshot(path='/tmp/tbd/png/focus.png')
    # js off
    c=b.new_context(java_script_enabled=False); pg=c.new_page(); pg.goto(B+'/livepage/'); print('nojs',pg.inner_text('#live'))
    b.close()
