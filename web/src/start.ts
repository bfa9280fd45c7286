/** Where the page begins: what index.html shows is painted before all the rest is evaluated. */
import "~/styles.css";

const begin = () => void import("./main");

// What is not looked at is not painted either.
if (document.visibilityState === "hidden") begin();
else requestAnimationFrame(() => setTimeout(begin));
