/** The few pictures of the product: 20 by 20, drawn with the text's colour. */
import type { SVGProps } from "react";

type IconProps = SVGProps<SVGSVGElement>;

function Icon({ drawing, className = "", ...props }: IconProps & { drawing: string }) {
  return (
    <svg
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      {...props}
      className={`size-4.5 shrink-0 ${className}`}
    >
      <path d={drawing} />
    </svg>
  );
}

export const CloseIcon = (props: IconProps) => <Icon {...props} drawing="M5 5l10 10M15 5 5 15" />;
export const PlusIcon = (props: IconProps) => <Icon {...props} drawing="M10 4v12M4 10h12" />;
export const SearchIcon = (props: IconProps) => (
  <Icon {...props} drawing="M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12Zm4.300-1.700L17 17" />
);
export const ChevronIcon = (props: IconProps) => <Icon {...props} drawing="M6 8l4 4 4-4" />;
export const BackIcon = (props: IconProps) => <Icon {...props} drawing="M12 4l-6 6 6 6" />;
export const PaperclipIcon = (props: IconProps) => (
  <Icon
    drawing="M15.500 9.500l-5.700 5.700a3.500 3.500 0 0 1-5-5l6-6a2.300 2.300 0 0 1 3.300 3.300l-5.900 5.900a1.100 1.100 0 0 1-1.600-1.600l5.300-5.300"
    {...props}
  />
);
export const SendIcon = (props: IconProps) => (
  <Icon {...props} drawing="M3.500 10 16.500 4l-4 12.500-3-5.500z" />
);
export const FileIcon = (props: IconProps) => <Icon {...props} drawing="M6 3h5l4 4v10H6zM11 3v4h4" />;
export const ImageIcon = (props: IconProps) => (
  <Icon {...props} drawing="M3.500 4.500h13v11h-13zM3.500 13l4-4 3 3 2-2 4 4" />
);
export const DownloadIcon = (props: IconProps) => (
  <Icon {...props} drawing="M10 3v9M6.500 9 10 12.500 13.500 9M4 16h12" />
);
export const RetryIcon = (props: IconProps) => (
  <Icon {...props} drawing="M4.500 10a5.500 5.500 0 1 1 1.700 4M4.500 16v-3h3" />
);
export const TrashIcon = (props: IconProps) => (
  <Icon {...props} drawing="M4 6h12M8 6V4h4v2M6 6l.700 10h6.600L14 6" />
);
export const EditIcon = (props: IconProps) => (
  <Icon {...props} drawing="M4 16l.800-3.200L13 4.500 15.500 7l-8.300 8.200zM11.500 6 14 8.500" />
);
export const ReplyIcon = (props: IconProps) => (
  <Icon {...props} drawing="M8 5 4 9l4 4M4 9h7a5 5 0 0 1 5 5v1" />
);
export const ClockIcon = (props: IconProps) => (
  <Icon {...props} drawing="M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4l2.500 2" />
);
export const CheckIcon = (props: IconProps) => <Icon {...props} drawing="M4 10.500 8 14.500 16 5.500" />;
export const DoubleCheckIcon = (props: IconProps) => (
  <Icon {...props} drawing="M2 10.500l3.500 4L12 6M9 13.500l1 1L17.500 6" />
);
export const WarningIcon = (props: IconProps) => (
  <Icon {...props} drawing="M10 3.500 17.500 16h-15zM10 8.500v3.500M10 14.200v.1" />
);
export const LockIcon = (props: IconProps) => (
  <Icon {...props} drawing="M5.500 9h9v7h-9zM7.500 9V6.500a2.500 2.500 0 0 1 5 0V9" />
);
export const FilterIcon = (props: IconProps) => <Icon {...props} drawing="M3.500 5h13M6 10h8M8.500 15h3" />;
export const SortIcon = (props: IconProps) => (
  <Icon {...props} drawing="M6.500 4v12M3.500 13l3 3 3-3M13.500 16V4M10.500 7l3-3 3 3" />
);
export const MoreIcon = (props: IconProps) => (
  <Icon {...props} strokeWidth="2.400" drawing="M4.500 10h.010M10 10h.010M15.500 10h.010" />
);
export const PanelIcon = (props: IconProps) => (
  <Icon {...props} drawing="M3.500 4.500h13v11h-13zM12 4.500v11" />
);
export const UpIcon = (props: IconProps) => <Icon {...props} drawing="M10 16V4.500M5 9.500l5-5 5 5" />;
export const EyeIcon = (props: IconProps) => (
  <Icon
    {...props}
    drawing="M2.500 10S5.500 5 10 5s7.500 5 7.500 5-3 5-7.500 5-7.500-5-7.500-5ZM10 12.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400Z"
  />
);
export const UserIcon = (props: IconProps) => (
  <Icon {...props} drawing="M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4.500 16.500a5.500 5.500 0 0 1 11 0" />
);
export const ExitIcon = (props: IconProps) => <Icon {...props} drawing="M8 4H4v12h4M8 10h8M13 7l3 3-3 3" />;
export const SmileIcon = (props: IconProps) => (
  <Icon
    {...props}
    drawing="M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM7.200 8.300v.1M12.800 8.300v.1M7 11.700a3.700 3.700 0 0 0 6 0"
  />
);
export const CopyIcon = (props: IconProps) => (
  <Icon {...props} drawing="M7.500 7.500h8v8.500h-8zM12.500 7.500V4h-8v8.500h3" />
);
export const MusicIcon = (props: IconProps) => (
  <Icon
    {...props}
    drawing="M8 14.500V5l7-1.500V13M8 14.500a2 2 0 1 1-4 0 2 2 0 0 1 4 0ZM15 13a2 2 0 1 1-4 0 2 2 0 0 1 4 0Z"
  />
);
export const FilmIcon = (props: IconProps) => (
  <Icon {...props} drawing="M3.500 5h13v10h-13zM8.500 8v4l3.500-2z" />
);
export const ArchiveIcon = (props: IconProps) => (
  <Icon {...props} drawing="M6 3h5l4 4v10H6zM9.500 5v1.500M10.500 7.500V9M9.500 10v1.500M9 13h2.500v2H9z" />
);
export const TableIcon = (props: IconProps) => (
  <Icon {...props} drawing="M3.500 4.500h13v11h-13zM3.500 8.300h13M3.500 12h13M8 4.500v11" />
);
export const CodeIcon = (props: IconProps) => (
  <Icon {...props} drawing="M7 6 3.500 10 7 14M13 6l3.500 4-3.500 4M11 5l-2 10" />
);
export const SlidesIcon = (props: IconProps) => (
  <Icon {...props} drawing="M3.500 4.500h13v8.500h-13zM10 13v3M7 17h6M7 10V8.500M10 10V7M13 10V8" />
);
export const TextFileIcon = (props: IconProps) => (
  <Icon {...props} drawing="M6 3h5l4 4v10H6zM11 3v4h4M8.500 10.500h4M8.500 13.500h4" />
);
export const ExternalIcon = (props: IconProps) => (
  <Icon {...props} drawing="M8 4.500H4.500v11h11V12M11.500 4.500h4v4M15.500 4.500 9.500 10.500" />
);
