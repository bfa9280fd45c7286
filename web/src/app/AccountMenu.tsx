import { Menu } from "@base-ui/react/menu";
import { Link, useNavigate } from "@tanstack/react-router";
import type { RefObject } from "react";
import { chooseLanguage, LANGUAGES, language } from "~/i18n";
import { useTranslation } from "~/i18n/useTranslation";
import { signOut } from "~/session/session";
import { chooseTheme, THEMES, useTheme } from "~/theme/theme";
import { ExitIcon, UserIcon } from "~/ui/icons";
import { MENU_ITEM, MenuChoice, OpenMenu } from "~/ui/MenuPopup";

/** What somebody can choose for themselves, opened below their name. */
export default function AccountMenu({
  anchor,
  onClose,
}: {
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const theme = useTheme();
  const navigate = useNavigate();
  return (
    <OpenMenu anchor={anchor} align="end" onClose={onClose}>
      <Choices
        label={t("theme.label")}
        value={theme}
        onChange={chooseTheme}
        choices={THEMES.map((name) => ({ value: name, label: t(`theme.${name}`) }))}
      />
      <Choices
        label={t("language.label")}
        value={language()}
        onChange={chooseLanguage}
        choices={LANGUAGES.map((name) => ({ value: name, label: t(`language.${name}`), lang: name }))}
      />
      <Menu.Item className={MENU_ITEM} render={<Link to="/profile" />}>
        <UserIcon />
        {t("nav.profile")}
      </Menu.Item>
      <Menu.Item
        className={MENU_ITEM}
        onClick={async () => {
          await signOut();
          await navigate({ to: "/sign-in" });
        }}
      >
        <ExitIcon />
        {t("nav.signOut")}
      </Menu.Item>
    </OpenMenu>
  );
}

interface ChoicesProps<Value extends string> {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  choices: { value: Value; label: string; lang?: string }[];
}

/** A part of a menu of which one line holds. */
function Choices<Value extends string>({ label, value, onChange, choices }: ChoicesProps<Value>) {
  return (
    <>
      <Menu.Group>
        <Menu.GroupLabel className="px-2.5 pt-1 pb-1 text-xs text-muted">{label}</Menu.GroupLabel>
        <Menu.RadioGroup value={value} onValueChange={onChange}>
          {choices.map(({ label, ...choice }) => (
            <MenuChoice key={choice.value} {...choice} isStaying>
              {label}
            </MenuChoice>
          ))}
        </Menu.RadioGroup>
      </Menu.Group>
      <Menu.Separator className="my-1.5 h-px bg-line" />
    </>
  );
}
