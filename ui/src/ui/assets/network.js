// Brings a node of the drawing of a network into view. The drawing is laid out some time after it has come onto the page.
(function () {
  const PAUSE_MILLISECONDS = 60;
  const ATTEMPTS = 50;

  function found(identifier) {
    const drawing = window.cy;
    if (!drawing || drawing.destroyed() || !document.body.contains(drawing.container())) {
      return null;
    }
    const node = drawing.getElementById(identifier);
    return node.nonempty() && drawing.nodes().some((other) => other.position("y") > 0) ? node : null;
  }

  function bring(identifier, attempts) {
    const box = document.querySelector(".drawing");
    const node = found(identifier);
    if (!box || !node) {
      if (box && attempts > 0) {
        setTimeout(() => bring(identifier, attempts - 1), PAUSE_MILLISECONDS);
      }
      return;
    }
    const place = node.renderedBoundingBox();
    const hidden =
      place.y1 < box.scrollTop ||
      place.y2 > box.scrollTop + box.clientHeight ||
      place.x1 < box.scrollLeft ||
      place.x2 > box.scrollLeft + box.clientWidth;
    if (hidden) {
      box.scrollTo({ top: place.y1 - box.clientHeight / 4, left: (place.x1 + place.x2 - box.clientWidth) / 2 });
    }
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.network = {
    show: function (identifier) {
      bring(identifier, ATTEMPTS);
      return window.dash_clientside.no_update;
    },
  };
})();
