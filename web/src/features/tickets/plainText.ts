const MARKS: [RegExp, string][] = [
  [/```\w*\n?/g, ""],
  [/!?\[([^\]]*)\]\([^)]*\)/g, "$1"],
  [/^ {0,3}(#{1,6}|>|[-*+]|\d+[.)])\s+/gm, ""],
  [/(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1/g, "$2"],
  [/(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])/g, "$1"],
  [/`([^`\n]+)`/g, "$1"],
];

/** The beginning of a text that was written in Markdown, without its marks. */
export function plainText(markdown: string, most = 400): string {
  return MARKS.reduce((text, [mark, left]) => text.replace(mark, left), markdown.slice(0, most));
}
