// The card beside a point of the agreement map: the picture, its label, and what each network answers. Drawn here rather
// than by the server because it follows the mouse.
(function () {
  const element = (type, props) => ({ type, namespace: "dash_html_components", props });

  function picture(sample, query) {
    const link = new URLSearchParams(query || "");
    const place = [link.get("workspace") || "default", link.get("dataset")].map(encodeURIComponent);
    return `/v1/workspaces/${place[0]}/datasets/${place[1]}/samples/${sample}/image?size=192`;
  }

  function answer(given) {
    const mark = given.correct === null ? "" : given.correct ? "✓" : "✗";
    const cells = [mark, given.model, given["class"], `${(100 * given.score).toFixed(1)} %`];
    return element("Tr", { children: cells.map((text) => element("Td", { children: text })) });
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.hover = {
    card: function (hovers, query) {
      const point = (hovers.find(Boolean) || { points: [] }).points[0];
      if (!point || !point.bbox || !point.customdata || point.customdata.sample === undefined) {
        const unchanged = window.dash_clientside.no_update;
        return [false, unchanged, unchanged, unchanged];
      }
      const { sample, label, answers } = point.customdata;
      const card = [
        element("Img", { src: picture(sample, query), alt: `Sample ${sample}` }),
        element("Div", { children: `Sample ${sample}: ${label || "no label"}`, className: "sample-label" }),
        element("Table", { children: element("Tbody", { children: answers.map(answer) }) }),
      ];
      const direction = point.bbox.x0 > window.innerWidth / 2 ? "left" : "right";
      return [true, point.bbox, direction, card];
    },
  };
})();
