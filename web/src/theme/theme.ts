/** Light, dark, or as the system is. `public/theme.js` does the same before the first paint. */
import { useSyncExternalStore } from "react";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEPT_AS = "roomdesk.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();
let chosen: Theme = kept();

/** As the application around the page wants it. */
function asked(): Theme | null {
  if (location.pathname !== "/embed") return null;
  const name = new URLSearchParams(location.search).get("theme");
  return THEMES.find((theme) => theme === name) ?? null;
}

function kept(): Theme {
  const wanted = asked();
  if (wanted) return wanted;
  try {
    const name = localStorage.getItem(KEPT_AS);
    return name === "light" || name === "dark" ? name : "system";
  } catch {
    return "system";
  }
}

function apply(): void {
  const isDark = chosen === "dark" || (chosen === "system" && system.matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  for (const listener of listeners) listener();
}

system.addEventListener("change", apply);

export function chooseTheme(theme: Theme): void {
  chosen = theme;
  try {
    if (theme === "system") localStorage.removeItem(KEPT_AS);
    else localStorage.setItem(KEPT_AS, theme);
  } catch {
    // It lasts as long as the page.
  }
  apply();
}

export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => chosen,
  );
}
