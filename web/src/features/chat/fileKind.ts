/** What sort of file it is, as far as one can tell from outside. */
import {
  ArchiveIcon,
  CodeIcon,
  FileIcon,
  FilmIcon,
  ImageIcon,
  MusicIcon,
  SlidesIcon,
  TableIcon,
  TextFileIcon,
} from "~/ui/icons";

export type FileKind =
  | "image"
  | "pdf"
  | "text"
  | "sheet"
  | "slides"
  | "archive"
  | "audio"
  | "video"
  | "code"
  | "file";

const BY_TYPE: [RegExp, FileKind][] = [
  [/^image\//, "image"],
  [/^audio\//, "audio"],
  [/^video\//, "video"],
  [/pdf$/, "pdf"],
  [/spreadsheet|excel|csv/, "sheet"],
  [/presentation|powerpoint/, "slides"],
  [/zip|tar|compressed|7z|rar|gzip/, "archive"],
  [/json|xml|html|css|javascript|typescript|x-(python|java|c|sh|rust)/, "code"],
  [/^text\/|word|opendocument\.text|rtf/, "text"],
];

const BY_NAME: [RegExp, FileKind][] = [
  [/\.(xlsx?|ods|csv|tsv)$/i, "sheet"],
  [/\.(pptx?|odp|key)$/i, "slides"],
  [/\.(zip|tar|gz|tgz|7z|rar|bz2|xz)$/i, "archive"],
  [/\.(py|js|ts|tsx|java|c|cpp|h|rs|go|rb|sh|sql|html|css|json|xml|ya?ml|toml|r|m|ipynb)$/i, "code"],
  [/\.(docx?|odt|rtf|txt|md|log|tex)$/i, "text"],
  [/\.pdf$/i, "pdf"],
];

export function fileKind(type: string, name: string): FileKind {
  const found =
    BY_TYPE.find(([pattern]) => pattern.test(type)) ?? BY_NAME.find(([pattern]) => pattern.test(name));
  return found?.[1] ?? "file";
}

export const FILE_ICONS = {
  image: ImageIcon,
  pdf: TextFileIcon,
  text: TextFileIcon,
  sheet: TableIcon,
  slides: SlidesIcon,
  archive: ArchiveIcon,
  audio: MusicIcon,
  video: FilmIcon,
  code: CodeIcon,
  file: FileIcon,
} as const;

/** Colours that tell kinds apart at a glance; the word says it too. */
export const FILE_COLOURS: Record<FileKind, string> = {
  image: "bg-info-soft text-info",
  pdf: "bg-danger-soft text-danger",
  text: "bg-info-soft text-info",
  sheet: "bg-good-soft text-good",
  slides: "bg-warn-soft text-warn",
  archive: "bg-warn-soft text-warn",
  audio: "bg-accent-soft text-accent-text",
  video: "bg-accent-soft text-accent-text",
  code: "bg-sunken text-muted",
  file: "bg-sunken text-muted",
};
