/** What stands in a desk that is part of another application. */
export const embed = {
  waiting: "One moment: you are being signed in…",
  noHost: "This page belongs inside another application. Open it there.",
  notAllowed: "This application may not show the desk. Its address is not among those that the desk knows.",
  refused: "The application could not sign you in. It is being asked again.",
};
