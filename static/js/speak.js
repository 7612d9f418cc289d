/* Read aloud after a tap, and announce money that arrives by a chime and by voice.

   [data-speak="id"]      a button that reads the element with that id; [data-stop] its words meanwhile
   [data-sound]           a button that turns sound on: browsers allow none before a tap
   [data-arrival="uid"]   words to announce, once for each uid, also when htmx brings them later
   Every word is on the page as well: sound alone says nothing. */
"use strict";
(() => {
  const synthesis = window.speechSynthesis;
  const speaks = Boolean(synthesis && window.SpeechSynthesisUtterance);
  const root = document.documentElement;
  const AudioMaker = window.AudioContext || window.webkitAudioContext;
  const store = {
    get(key) { try { return sessionStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { sessionStorage.setItem(key, value); } catch { /* private mode */ } },
  };
  let audio = null;
  let reading = null;

  const language = () => (root.lang.toLowerCase().startsWith("zh") ? "zh-CN" : "en-US");

  /* One utterance for each sentence: long ones are cut off by some voices. */
  const say = (sentences, onEnd) => {
    if (!speaks) return;
    synthesis.cancel();
    const wanted = language();
    const voice = synthesis.getVoices().find((one) => one.lang.replace("_", "-") === wanted);
    sentences.forEach((sentence, index) => {
      const words = new SpeechSynthesisUtterance(sentence);
      words.lang = wanted;
      words.rate = 0.9;
      if (voice) words.voice = voice;
      if (onEnd) {
        words.onerror = onEnd;
        if (index === sentences.length - 1) words.onend = onEnd;
      }
      synthesis.speak(words);
    });
  };

  /* What a person would read out: the words block by block, without what is to be pressed. */
  const sentencesOf = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
      if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
      return node.matches("a, button, svg, noscript, [hidden]") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
    });
    const parts = [];
    let block = null;
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.replace(/\s+/g, " ");
      if (!text.trim()) continue;
      const home = walker.currentNode.parentElement.closest("p, li, dt, dd, div, h1, h2, h3, td, th, section");
      if (home === block) parts[parts.length - 1] += text;
      else parts.push(text);
      block = home;
    }
    return parts.map((text) => text.trim());
  };

  const finish = () => {
    if (!reading) return;
    reading.button.querySelector("span").textContent = reading.words;
    reading.button.removeAttribute("aria-pressed");
    reading = null;
  };

  const read = (button) => {
    if (reading) {
      const same = reading.button === button;
      synthesis.cancel();
      finish();
      if (same) return;
    }
    const target = document.getElementById(button.dataset.speak);
    if (!target) return;
    const span = button.querySelector("span");
    const current = { button, words: span.textContent };
    reading = current;
    span.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
    say(sentencesOf(target), () => { if (reading === current) finish(); });
  };

  /* Two soft tones upwards: heard in a noisy shop, and no file to load. */
  const chime = () => {
    if (!audio) return 0;
    [[880, 0], [1318.5, 0.18]].forEach(([hertz, at]) => {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      const start = audio.currentTime + at;
      tone.type = "triangle";
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.5, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.55);
    });
    return 650;
  };

  const openSound = () => {
    if (!audio && AudioMaker) audio = new AudioMaker();
    if (audio && audio.state === "suspended") audio.resume();
    store.set("sound", "on");
    document.querySelectorAll("[data-sound]").forEach((button) => {
      button.setAttribute("aria-pressed", "true");
      button.querySelector("span").textContent = button.dataset.on;
    });
  };

  const announce = (scope) => {
    const found = [...scope.querySelectorAll("[data-arrival]")];
    if (scope.matches && scope.matches("[data-arrival]")) found.push(scope);
    found.forEach((element) => {
      const key = "arrival:" + element.dataset.arrival;
      if (store.get(key)) return;
      store.set(key, "1");
      if (!audio) return;
      setTimeout(() => say([element.textContent.trim()]), chime());
    });
  };

  const offer = (scope) => {
    if (speaks) scope.querySelectorAll("[data-speak]").forEach((button) => { button.hidden = false; });
    if (speaks || AudioMaker) scope.querySelectorAll("[data-sound]").forEach((button) => { button.hidden = false; });
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-speak], [data-sound]");
    if (!button) return;
    if ("speak" in button.dataset) return read(button);
    openSound();
    setTimeout(() => say([button.dataset.test]), chime());
  });

  /* Sound that was turned on earlier in this visit, or for good in the settings, comes back with
     the first tap or key on the next page. */
  if (store.get("sound") === "on" || root.dataset.voice === "on") {
    ["pointerup", "keydown"].forEach((kind) => {
      document.addEventListener(kind, openSound, { once: true, capture: true });
    });
  }

  offer(document);
  announce(document.body);
  document.addEventListener("htmx:load", (event) => {
    offer(event.detail.elt);
    announce(event.detail.elt);
  });
  window.addEventListener("pagehide", () => { if (speaks) synthesis.cancel(); });
})();
