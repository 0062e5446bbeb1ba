// Before anything is drawn: the theme that was chosen in the dashboard, or the system's.
{
  const chosen = localStorage.getItem('circle-limit.theme') ?? 'system';
  localStorage.setItem('vitepress-theme-appearance', chosen === 'system' ? 'auto' : chosen);
  const isDark = chosen === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
  document.documentElement.classList.toggle('dark', isDark);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
}
