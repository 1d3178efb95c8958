// A chart that was drawn while it was folded away had no size; it is drawn anew when it is unfolded.
document.addEventListener(
  "toggle",
  async function (event) {
    for (const chart of event.target.open ? event.target.querySelectorAll(".js-plotly-plot") : []) {
      await window.Plotly.Plots.resize(chart);
      await window.Plotly.redraw(chart);
    }
  },
  true,
);
