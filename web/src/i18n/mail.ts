/** Adds the texts about mails, which only two pages have. */
import i18next from "i18next";
import { mail as de } from "./mail.de";
import { mail as en } from "./mail.en";

i18next.addResourceBundle("en", "translation", { mail: en }, true);
i18next.addResourceBundle("de", "translation", { mail: de }, true);
