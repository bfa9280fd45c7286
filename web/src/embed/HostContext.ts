import { createContext } from "react";
import type { Host } from "./host";

/** The application around this page. */
export const HostContext = createContext<Host | null>(null);
