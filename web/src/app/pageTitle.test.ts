import { afterEach, beforeEach, expect, it } from "vitest";
import { setPageTitle, setUnread } from "./pageTitle";

let icon: HTMLLinkElement;

beforeEach(() => {
  icon = document.createElement("link");
  icon.rel = "icon";
  icon.setAttribute("href", "/icons/icon.svg");
  document.head.append(icon);
});
afterEach(() => {
  icon.remove();
  setUnread("");
  setPageTitle("");
});
const mark = () => icon.getAttribute("href");

it("stands alone while nothing is unread", () => {
  setPageTitle("Tickets");
  expect(document.title).toBe("Tickets");
  expect(mark()).toBe("/icons/icon.svg");
});

it("has what is unread before it, and a mark on the icon, on every page that follows", () => {
  setPageTitle("Tickets");
  setUnread("3");
  expect(document.title).toBe("(3) Tickets");
  expect(mark()).toBe("/icons/icon-unread.svg");
  setPageTitle("A ticket");
  expect(document.title).toBe("(3) A ticket");
  setUnread("99+");
  expect(document.title).toBe("(99+) A ticket");
});

it("loses both when everything is read", () => {
  setPageTitle("Tickets");
  setUnread("1");
  setUnread("");
  expect(document.title).toBe("Tickets");
  expect(mark()).toBe("/icons/icon.svg");
});

it("takes a title as it is written", () => {
  setUnread("2");
  setPageTitle("Why does <b> & {{title}} not work?");
  expect(document.title).toBe("(2) Why does <b> & {{title}} not work?");
});
