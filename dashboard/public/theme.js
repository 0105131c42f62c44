// Runs before the first paint, so that a dark screen never flashes white.
(() => {
  const kept = localStorage.getItem('sluice-colors');
  const isDark = kept === 'dark' || (kept !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
})();
