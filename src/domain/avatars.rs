//! Pictures of people.
use super::ids::FileId;

/// How a picture of somebody is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Jpeg,
    /// For what can be seen through.
    Png,
}

impl Encoding {
    const ALL: [Self; 2] = [Self::Jpeg, Self::Png];

    pub fn mime_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => ".jpg",
            Self::Png => ".png",
        }
    }
}

/// The picture that others see of somebody: the name under which the file store has it. 80 bits of it are chance, and
/// another picture has another name, so that whoever knows it was told by the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    name: String,
    pub encoding: Encoding,
}

impl Avatar {
    pub fn new(id: &FileId, encoding: Encoding) -> Self {
        Self { name: format!("{id}{}", encoding.ending()), encoding }
    }

    /// Reads a name as [`Avatar::new`] makes it.
    pub fn parse(name: &str) -> Option<Self> {
        Encoding::ALL.into_iter().find_map(|encoding| {
            let id: FileId = name.strip_suffix(encoding.ending())?.parse().ok()?;
            Some(Self::new(&id, encoding))
        })
    }

    pub fn as_str(&self) -> &str {
        &self.name
    }
}

#[cfg(test)]
mod tests {
    use super::super::clock::Clock;
    use super::*;

    #[test]
    fn a_name_reads_back_and_others_are_refused() {
        let id = FileId::fresh(&Clock::system());
        for encoding in Encoding::ALL {
            let avatar = Avatar::new(&id, encoding);
            assert_eq!(Avatar::parse(avatar.as_str()), Some(avatar));
        }
        for bad in [id.to_string(), format!("{id}.gif"), "../../x.png".to_owned(), format!("x{id}.png"), String::new()]
        {
            assert_eq!(Avatar::parse(&bad), None, "{bad}");
        }
    }
}
