// Writes what is set on a page into the address, in place, and passes it on to the other pages' links.
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.address = {
  write: function (query) {
    const address = window.location.pathname + (query || "");
    if (address !== window.location.pathname + window.location.search) {
      window.history.replaceState(window.history.state, "", address);
    }
    const pages = ["/", "/suggest", "/embeddings", "/compare", "/inspect", "/runs", "/setup"];
    return pages.map((page) => page + (query || ""));
  },
};
