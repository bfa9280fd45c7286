import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ProblemError } from "~/api/problem";
import { App } from "~/app/App";
import "~/i18n";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has an element with the id root");
createRoot(root, {
  // A refusal has a page of its own: nothing is broken.
  onCaughtError: (error) => error instanceof ProblemError || console.error(error),
}).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
