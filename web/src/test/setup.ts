/** What every test of a component starts from: an empty page, in English. */
import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";
import { chooseLanguage } from "~/i18n";

beforeEach(() => chooseLanguage("en"));
afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
});
