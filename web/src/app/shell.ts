/** Takes away the bar that index.html shows to whom has been here before, once the page has its own or needs none. */
export function endShell(): void {
  document.getElementById("shell")?.remove();
}
