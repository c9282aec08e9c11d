/* The upload page. A folder is announced file by file with its sha256; only what the site lacks is
   sent, so an interrupted upload goes on where it stopped. A zip is sent whole. Every rule lives
   on the server; this script shows progress and says where an error belongs. */
"use strict";

(() => {
  const form = document.getElementById("upload");
  if (!form) return;

  const at = (id) => document.getElementById(id);
  const PIECE = 4 * 1024 * 1024;
  const TRIES = 3;
  const LEFT_OUT = /(^|\/)(\.|__|Thumbs\.db$|desktop\.ini$)/;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  let chosen = [];
  let stop = null;

  class Refusal extends Error {
    constructor(body) {
      super(body.message);
      this.field = body.field;
    }
  }

  /* Choosing */

  function choose(files) {
    const kept = files.filter((each) => !LEFT_OUT.test(each.path));
    const tops = new Set(kept.map((each) => each.path.split("/", 1)[0]));
    const nested = kept.every((each) => each.path.includes("/"));
    const cut = nested && tops.size === 1 && !tops.has("tasks") ? [...tops][0].length + 1 : 0;
    chosen = kept.map(({ path, file }) => ({ path: path.slice(cut), file, size: file.size }));
    chosen.sort((a, b) => (a.path < b.path ? -1 : 1));
    at("archive").value = "";
    listFiles();
    const left = files.length - kept.length;
    const total = bytes(chosen.reduce((sum, each) => sum + each.size, 0));
    tell(`${chosen.length} files, ${total}${left ? `; ${left} hidden files are left out` : ""}`);
    showProblem(null);
  }

  function listFiles() {
    const body = at("upload-files").querySelector("tbody");
    body.replaceChildren(...chosen.map(fileRow));
    at("upload-files").hidden = chosen.length === 0;
  }

  function fileRow(each) {
    const row = document.createElement("tr");
    for (const text of [each.path, bytes(each.size), "chosen"]) {
      const cell = document.createElement("td");
      cell.textContent = text;
      row.append(cell);
    }
    row.children[1].className = "number";
    each.row = row;
    return row;
  }

  function mark(each, text) {
    each.row.lastChild.textContent = text;
  }

  async function filesOf(entry, prefix) {
    const path = prefix + entry.name;
    if (entry.isFile) {
      const file = await new Promise((done, fail) => entry.file(done, fail));
      return [{ path, file }];
    }
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, fail) => reader.readEntries(done, fail));
      if (some.length === 0) return found;
      for (const child of some) found.push(...(await filesOf(child, `${path}/`)));
    }
  }

  /* Showing */

  function bytes(number) {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    while (number >= 999.95 && unit < units.length - 1) {
      number /= 1000;
      unit += 1;
    }
    return `${unit === 0 ? number : number.toFixed(1)} ${units[unit]}`;
  }

  function tell(text) {
    at("upload-step").textContent = text;
    at("upload-state").hidden = false;
  }

  function meter(step, total) {
    const began = performance.now();
    tell(step);
    return (done) => {
      const seconds = (performance.now() - began) / 1000;
      at("upload-progress").value = total ? done / total : 1;
      at("upload-bytes").textContent = `${bytes(done)} of ${bytes(total)}`;
      const rate = seconds > 0.5 ? done / seconds : 0;
      const left = rate ? Math.ceil((total - done) / rate) : 0;
      at("upload-speed").textContent = rate ? `${bytes(rate)}/s, ${left} s left` : "";
    };
  }

  function showProblem(error) {
    const box = at("upload-problem");
    box.hidden = !error;
    box.textContent = error ? error.message : "";
    for (const each of chosen) {
      const here = Boolean(error && error.field && error.field === each.path);
      each.row.classList.toggle("is-bad", here);
      if (here) {
        mark(each, "refused");
        each.row.scrollIntoView({ block: "nearest" });
      }
    }
    if (error) box.scrollIntoView({ block: "nearest" });
  }

  function busy(working) {
    at("send").disabled = working;
    at("folder").disabled = working;
    at("archive").disabled = working;
    at("upload-stop").hidden = !working;
    at("upload-progress").hidden = !working;
  }

  /* Talking to the site */

  function request(method, url, { body, headers = {}, onProgress }) {
    return new Promise((done, fail) => {
      const call = new XMLHttpRequest();
      call.open(method, url);
      call.setRequestHeader("X-CSRFToken", token);
      call.setRequestHeader("Accept", "application/json");
      for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
      if (onProgress) call.upload.onprogress = (event) => onProgress(event.loaded);
      call.onload = () => settle(call, done, fail);
      call.onerror = () => fail(new Error("The connection broke. Submit again to go on."));
      call.onabort = () => fail(new Refusal({ message: "Stopped. Submit again to go on." }));
      stop = () => call.abort();
      call.send(body);
    });
  }

  function settle(call, done, fail) {
    let body = null;
    try {
      body = JSON.parse(call.responseText);
    } catch {
      body = { message: `The site answered with status ${call.status}. Try again in a moment.` };
    }
    if (call.status >= 200 && call.status < 300) done(body);
    else fail(new Refusal(body));
  }

  function post(url, data) {
    const headers = { "Content-Type": "application/json" };
    return request("POST", url, { body: JSON.stringify(data), headers });
  }

  async function patiently(action) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await action();
      } catch (error) {
        if (error instanceof Refusal || tries >= TRIES) throw error;
        await new Promise((done) => setTimeout(done, 1000 * tries));
      }
    }
  }

  /* A folder */

  async function hash(each, onBytes) {
    const digest = new window.Sha256();
    for (let from = 0; from < each.size; from += PIECE) {
      if (stop.asked) throw new Refusal({ message: "Stopped. Nothing was sent." });
      const piece = await each.file.slice(from, from + PIECE).arrayBuffer();
      digest.update(new Uint8Array(piece));
      onBytes(piece.byteLength);
    }
    each.sha256 = digest.hex();
  }

  async function hashAll() {
    const total = chosen.reduce((sum, each) => sum + each.size, 0);
    const show = meter("Reading the files", total);
    let done = 0;
    stop = () => {
      stop.asked = true;
    };
    for (const each of chosen) {
      await hash(each, (more) => show((done += more)));
      mark(each, "read");
    }
  }

  async function sendMissing(upload) {
    const first = new Map();
    for (const each of chosen) {
      if (!upload.missing.includes(each.sha256)) mark(each, "already here");
      else if (!first.has(each.sha256)) first.set(each.sha256, each);
    }
    const wanted = [...first.values()];
    const show = meter("Sending what the site lacks", wanted.reduce((sum, e) => sum + e.size, 0));
    let done = 0;
    for (const each of wanted) {
      mark(each, "sending");
      await patiently(() => send(upload.id, each, (loaded) => show(done + loaded)));
      show((done += each.size));
      mark(each, "sent");
    }
  }

  function send(upload, each, onProgress) {
    const url = form.dataset.file.replace(form.dataset.id, upload).replace("sha256", each.sha256);
    const headers = { "Content-Type": "application/octet-stream" };
    return request("PUT", url, { body: each.file, headers, onProgress });
  }

  function checkLimits() {
    const total = chosen.reduce((sum, each) => sum + each.size, 0);
    const { maxBytes, maxFiles } = form.dataset;
    if (chosen.length > Number(maxFiles)) {
      throw new Refusal({
        message: `There are ${chosen.length} files; a submission may have at most ${maxFiles}.`,
      });
    }
    if (total > Number(maxBytes)) {
      const most = bytes(Number(maxBytes));
      throw new Refusal({
        message: `The files have ${bytes(total)} together; a submission may have at most ${most}.`,
      });
    }
  }

  async function sendFolder() {
    checkLimits();
    await hashAll();
    const files = chosen.map(({ path, size, sha256 }) => ({ path, size, sha256 }));
    const upload = await post(form.dataset.uploads, { files });
    await sendMissing(upload);
    tell("Entering the submission");
    const entered = await post(form.dataset.submit.replace(form.dataset.id, upload.id), {});
    return form.dataset.detail.replace(form.dataset.id, entered.id);
  }

  /* A zip */

  async function sendZip() {
    const file = at("archive").files[0];
    const show = meter("Sending the zip file", file.size);
    const body = new FormData(form);
    body.set("archive", file);
    const answer = await request("POST", form.action, {
      body,
      onProgress: (loaded) => {
        show(Math.min(loaded, file.size));
        if (loaded >= file.size) tell("Unpacking and checking");
      },
    });
    return answer.url;
  }

  async function submit() {
    showProblem(null);
    const zip = at("archive").files.length > 0;
    if (!zip && chosen.length === 0) {
      showProblem(new Refusal({ message: "Choose a folder or a zip file first." }));
      return;
    }
    busy(true);
    window.addEventListener("beforeunload", warn);
    try {
      const address = await (zip ? sendZip() : sendFolder());
      window.removeEventListener("beforeunload", warn);
      window.location.assign(address);
    } catch (error) {
      tell("Nothing was submitted.");
      showProblem(error);
      busy(false);
    } finally {
      window.removeEventListener("beforeunload", warn);
    }
  }

  function warn(event) {
    event.preventDefault();
  }

  /* Wiring */

  const folder = at("folder-choice");
  folder.hidden = false;
  at("upload-progress").hidden = true;
  at("upload-stop").hidden = true;

  at("folder").addEventListener("change", (event) => {
    choose(Array.from(event.target.files, (file) => ({ path: file.webkitRelativePath, file })));
  });
  at("archive").addEventListener("change", () => {
    at("folder").value = "";
    chosen = [];
    listFiles();
    showProblem(null);
    at("upload-state").hidden = true;
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    folder.addEventListener(name, (event) => {
      event.preventDefault();
      folder.classList.toggle("is-over", name === "dragover");
    });
  }
  folder.addEventListener("drop", async (event) => {
    const entries = Array.from(event.dataTransfer.items, (item) => item.webkitGetAsEntry());
    const found = [];
    for (const entry of entries.filter(Boolean)) found.push(...(await filesOf(entry, "")));
    choose(found);
  });
  at("upload-stop").addEventListener("click", () => stop && stop());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
})();
