// A page whose session is over opens itself again: the way to the provider and back ends where the address says.
(function () {
  const usual = window.fetch;
  window.fetch = async function (...asked) {
    const answer = await usual.apply(this, asked);
    const own = new URL(answer.url || window.location.href).origin === window.location.origin;
    if (own && answer.status === 401) {
      window.location.reload();
    }
    return answer;
  };
})();
