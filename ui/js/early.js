// Runs before the first paint so that the chosen theme never flashes; the rest is in prefs.js.
(function () {
  try {
    var root = document.documentElement;
    var saved = JSON.parse(localStorage.getItem('leadline.prefs') || '{}');
    if (saved.theme && saved.theme !== 'system') root.dataset.theme = saved.theme;
    root.dataset.density = saved.density || 'compact';
    if (saved.language) root.lang = saved.language;
  } catch (e) {
    // Storage may be forbidden; the defaults of the style sheet then hold.
  }
})();
