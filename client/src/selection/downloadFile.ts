/** Gives the user a file that was made in the page. */
export function downloadFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the file when the click returns to it.
  requestAnimationFrame(() => URL.revokeObjectURL(url));
}
