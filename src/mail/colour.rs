//! Colours, and whether one can be read on another (WCAG 2.2, "relative luminance" and "contrast ratio").
use std::fmt;

/// The least contrast of text (WCAG 2.2, 1.4.3).
const READABLE: f64 = 4.5;
/// In how many steps a colour is led to black or white.
const STEPS: u32 = 20;

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    pub const WHITE: Self = Self(255, 255, 255);
    pub const BLACK: Self = Self(0, 0, 0);

    /// Reads `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then_some(Self(part(0)?, part(2)?, part(4)?))
    }

    /// Black or white, whichever is read more easily on it; one of the two always is.
    pub fn text_on(self) -> Self {
        if self.contrast(Self::WHITE) >= READABLE { Self::WHITE } else { Self::BLACK }
    }

    /// The nearest shade of it that can be read on `ground`.
    pub fn readable_on(self, ground: Self) -> Self {
        let end = ground.text_on();
        let mut shades = (0..=STEPS).map(|step| self.mixed(end, step));
        shades.find(|shade| shade.contrast(ground) >= READABLE).unwrap_or(end)
    }

    /// From 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn mixed(self, other: Self, step: u32) -> Self {
        let mix = |own: u8, other: u8| {
            let sum = u32::from(own) * (STEPS - step) + u32::from(other) * step;
            u8::try_from(sum / STEPS).unwrap_or(u8::MAX)
        };
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    fn luminance(self) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(self.0) + 0.7152 * part(self.1) + 0.0722 * part(self.2)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_reads_back_and_nonsense_is_refused() {
        assert_eq!(Colour::parse("#0b6E6e").as_ref().map(ToString::to_string).as_deref(), Some("#0b6e6e"));
        for bad in ["", "0b6e6e", "#0b6e6", "#0b6e6g", "#+b6e6e", "#ßßß", "red"] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn whatever_the_colour_text_on_it_and_links_of_it_can_be_read() {
        let steps = || (0..=255).step_by(15);
        for colour in steps().flat_map(|r| steps().flat_map(move |g| steps().map(move |b| Colour(r, g, b)))) {
            assert!(colour.contrast(colour.text_on()) >= READABLE, "{colour}");
            for ground in [Colour::WHITE, Colour(0x1c, 0x1f, 0x23)] {
                assert!(colour.readable_on(ground).contrast(ground) >= READABLE, "{colour} on {ground}");
            }
        }
        assert!((Colour::BLACK.contrast(Colour::WHITE) - 21.0).abs() < 1e-9);
    }
}
