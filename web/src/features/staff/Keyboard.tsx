import { Suspense, useState } from "react";
import { later } from "~/ui/later";
import { useCommands, useKeys } from "./commands";

const CommandPalette = later(() => import("./CommandPalette"));
const KeyHelp = later(() => import("./KeyHelp"));

/** Listens to the keys of a page, and shows the palette and the list of keys. */
export function Keyboard() {
  const [shown, setShown] = useState<"palette" | "help" | null>(null);
  const close = () => setShown(null);
  useKeys();
  useCommands({
    palette: () => setShown((now) => (now === "palette" ? null : "palette")),
    help: () => setShown("help"),
  });
  return (
    <Suspense>
      {shown === "palette" && <CommandPalette onClose={close} />}
      {shown === "help" && <KeyHelp onClose={close} />}
    </Suspense>
  );
}
