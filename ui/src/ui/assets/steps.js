// Steps from sample to sample on Compare, and the keys for it.
(function () {
  function stepped(sample, by, most, tray) {
    if (tray.length === 0) {
      return Math.min(Math.max(sample + by, 0), most);
    }
    const place = tray.indexOf(sample);
    return place < 0 ? tray[0] : tray[(place + by + tray.length) % tray.length];
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.steps = {
    move: function (previous, next, chosen, sample, most, tray) {
      const { triggered, triggered_id: source } = window.dash_clientside.callback_context;
      if (!triggered.length || !triggered[0].value) {
        return window.dash_clientside.no_update;
      }
      if (source.go !== undefined) {
        return source.go;
      }
      return stepped(Number(sample) || 0, source === "next" ? 1 : -1, most, tray || []);
    },
  };

  // Where keys already mean something, they are left alone.
  const OWN_KEYS = "input, textarea, select, [role=slider], [role=listbox], [role=combobox], [contenteditable], pre";

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest(OWN_KEYS)) {
      return;
    }
    const button = document.getElementById({ ArrowLeft: "previous", ArrowRight: "next" }[event.key]);
    if (button) {
      event.preventDefault();
      button.click();
    } else if (event.key.toLowerCase() === "r" && document.querySelector(".boxes")) {
      document.body.classList.toggle("without-maps");
    }
  });
})();
