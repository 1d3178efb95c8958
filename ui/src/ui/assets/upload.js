// Sends a file that was dropped or chosen, in pieces, and from where it broke off (docs/adr/0004-uploads-in-pieces.md).
(function () {
  const PIECE_BYTES = 8 * 1024 ** 2;
  const ATTEMPTS = 5;
  const WORTH_ANOTHER_ATTEMPT = [0, 409, 503];

  async function ask(address, options) {
    let answer;
    try {
      answer = await fetch(address, options);
    } catch {
      throw { status: 0, detail: "The hub was not reached.", advice: "Send the file again in a moment." };
    }
    const document = await answer.json();
    if (!answer.ok) {
      throw { status: answer.status, ...document };
    }
    return document;
  }

  async function send(file, workspace, tell) {
    const uploads = `/v1/workspaces/${encodeURIComponent(workspace)}/uploads`;
    const begin = { method: "POST", headers: { "Content-Type": "application/json" } };
    const { id } = await ask(uploads, { ...begin, body: JSON.stringify({ file_name: file.name }) });
    let offset = 0;
    let attempts = 0;
    while (offset < file.size) {
      const piece = file.slice(offset, offset + PIECE_BYTES);
      try {
        ({ offset } = await ask(`${uploads}/${id}?offset=${offset}`, { method: "PUT", body: piece }));
        attempts = 0;
      } catch (error) {
        attempts += 1;
        if (attempts === ATTEMPTS || !WORTH_ANOTHER_ATTEMPT.includes(error.status)) {
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempts));
        ({ offset } = await ask(`${uploads}/${id}`));
      }
      tell(offset);
    }
    return id;
  }

  const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

  async function receive(area, file) {
    const bar = area.querySelector("progress");
    const said = area.querySelector(".sent");
    const keep = (data) => window.dash_clientside.set_props(area.dataset.upload, { data });
    const sending = String(Math.random());
    // Whoever chooses another file meanwhile wants only that one.
    area.dataset.sending = sending;
    const wanted = () => area.dataset.sending === sending;
    const tell = (offset) => {
      if (wanted()) {
        bar.value = file.size ? offset / file.size : 1;
        said.textContent = `${file.name}: ${size(offset)} of ${size(file.size)}`;
      }
    };
    keep(null);
    bar.hidden = false;
    area.classList.remove("refused");
    tell(0);
    try {
      const id = await send(file, area.dataset.workspace, tell);
      if (wanted()) {
        said.textContent = `✓ ${file.name}, ${size(file.size)}`;
        keep({ id, name: file.name });
      }
    } catch (error) {
      if (wanted()) {
        area.classList.add("refused");
        said.textContent = `${file.name} was not sent. ${error.detail || ""} ${error.advice || ""}`;
      }
    }
    bar.hidden = wanted() || bar.hidden;
  }

  const areaOf = (event) => (event.target.closest ? event.target.closest("[data-upload]") : null);

  document.addEventListener("click", function (event) {
    const area = event.target.closest("button") && areaOf(event);
    if (area) {
      const choice = document.createElement("input");
      choice.type = "file";
      choice.accept = area.dataset.accept;
      choice.addEventListener("change", () => choice.files.length && receive(area, choice.files[0]));
      choice.click();
    }
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, function (event) {
      const area = areaOf(event);
      if (area) {
        event.preventDefault();
        area.classList.toggle("over", kind === "dragover");
        if (kind === "drop" && event.dataTransfer.files.length) {
          receive(area, event.dataTransfer.files[0]);
        }
      }
    });
  }
})();
