/* Scan a code with the camera: by the browser's own detector where there is one, else by sending a
   small picture to the server every 700 ms. Whatever fails, the photo and the typed number on the
   same page still work. The camera is closed on leaving, on hiding, and when a code is found. */
"use strict";
(() => {
  const DETECT_EVERY_MILLISECONDS = 250;
  const SEND_EVERY_MILLISECONDS = 700;
  const SLOW_AFTER_MILLISECONDS = 15000;
  const FRAME_SIDE_PIXELS = 960;
  const JPEG_QUALITY = 0.8;

  const start = (root) => {
    const words = root.dataset;
    const box = root.querySelector(".camera");
    const video = root.querySelector("video");
    const opener = root.querySelector("[data-scan-start]");
    const closer = root.querySelector("[data-scan-stop]");
    const line = root.querySelector("[data-scan-say]");
    const field = document.getElementById(words.scan);
    let stream = null;
    let timer = null;
    let slow = null;
    let round = 0;

    const say = (text) => { if (line.textContent !== text) line.textContent = text; };

    const stop = () => {
      round += 1;
      clearTimeout(timer);
      clearTimeout(slow);
      if (stream) stream.getTracks().forEach((track) => track.stop());
      stream = null;
      video.srcObject = null;
      box.hidden = true;
      closer.hidden = true;
      opener.hidden = false;
    };

    const found = (text) => {
      stop();
      say(words.sayFound);
      if (navigator.vibrate) navigator.vibrate(80);
      field.value = text;
      field.form.requestSubmit();
    };

    const nativeDetector = async () => {
      if (!("BarcodeDetector" in window)) return null;
      const wanted = words.formats.split(",");
      const offered = await window.BarcodeDetector.getSupportedFormats();
      if (!wanted.every((format) => offered.includes(format))) return null;
      return new window.BarcodeDetector({ formats: wanted });
    };

    /* The middle square of the picture, as the frame on the screen shows it. */
    const frame = () => new Promise((resolve) => {
      const side = Math.min(video.videoWidth, video.videoHeight);
      const size = Math.min(side, FRAME_SIDE_PIXELS);
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = size;
      canvas.getContext("2d").drawImage(
        video, (video.videoWidth - side) / 2, (video.videoHeight - side) / 2, side, side, 0, 0, size, size);
      canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY);
    });

    const ask = async () => {
      const picture = await frame();
      if (!picture) return "";
      const body = new FormData();
      body.append("frame", picture, "frame.jpg");
      const token = field.form.querySelector("[name=csrfmiddlewaretoken]");
      if (token) body.append("csrfmiddlewaretoken", token.value);
      const answer = await fetch(words.frameUrl, {
        method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" },
      });
      if (answer.status === 204) { if (line.textContent === words.sayTrouble) say(words.sayStart); return ""; }
      if (!answer.ok) throw new Error(String(answer.status));
      return (await answer.json()).text || "";
    };

    const look = async (detector, mine) => {
      let text = "";
      try {
        if (video.readyState >= 2 && video.videoWidth) {
          if (detector) {
            const codes = await detector.detect(video);
            text = codes.length ? codes[0].rawValue : "";
          } else {
            text = await ask();
          }
        }
      } catch {
        if (mine === round) say(words.sayTrouble);
      }
      if (mine !== round) return;
      if (text) return found(text);
      timer = setTimeout(() => look(detector, mine), detector ? DETECT_EVERY_MILLISECONDS : SEND_EVERY_MILLISECONDS);
    };

    const open = async () => {
      opener.hidden = true;
      try {
        const detector = await nativeDetector();
        stream = await navigator.mediaDevices.getUserMedia({
          audio: false,
          video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } },
        });
        if (document.hidden) return stop();
        box.hidden = false;
        closer.hidden = false;
        video.srcObject = stream;
        await video.play();
        say(words.sayStart);
        slow = setTimeout(() => say(words.saySlow), SLOW_AFTER_MILLISECONDS);
        look(detector, round);
      } catch (trouble) {
        const denied = trouble && (trouble.name === "NotAllowedError" || trouble.name === "SecurityError");
        stop();
        say(denied ? words.sayDenied : words.sayMissing);
      }
    };

    root.hidden = false;
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
      opener.hidden = true;
      say(words.sayMissing);
      return;
    }
    opener.addEventListener("click", open);
    closer.addEventListener("click", () => { stop(); say(""); opener.focus(); });
    window.addEventListener("pagehide", stop);
    document.addEventListener("visibilitychange", () => { if (document.hidden) stop(); });
  };

  document.querySelectorAll("[data-scan]").forEach(start);
})();
