//! How big the tenant shall be: `100000,3000`, or `100000,3000,12` with people who have not joined yet.

use std::fmt;
use std::str::FromStr;

/// Beyond this the plan's promises end (`design.md` §10).
pub const MAX_USERS: usize = 1_000_000;
pub const MAX_DEPARTMENTS: usize = 30_000;
/// Direct members of one department (`contact-v3/user/create`, 41033 and quotas).
pub(super) const MAX_MEMBERS: usize = 10_000;
/// Direct sub-departments (43013).
pub(super) const MAX_CHILDREN: usize = 1_000;
/// Levels (43019).
pub(super) const MAX_DEPTH: usize = 25;

/// How many of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub users: usize,
    pub departments: usize,
    /// How many of the users were invited and have not joined.
    pub invited: usize,
}

/// Why a size is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    #[error("{0:?} is no size; write N-USERS,N-DEPARTMENTS, as in 500,40")]
    Shape(String),
    #[error("{text:?} is not a number of {what}")]
    Number { what: &'static str, text: String },
    #[error("{asked} {what} are too many; a tenant holds at most {most}")]
    TooMany { what: &'static str, asked: usize, most: usize },
    #[error(
        "{users} users do not fit into {departments} departments of at most {MAX_MEMBERS} members each; \
         ask for at least {needed} departments"
    )]
    Crowded { users: usize, departments: usize, needed: usize },
    #[error(
        "{invited} people cannot be waiting to join when there are {users} users and the founder has joined"
    )]
    Invited { invited: usize, users: usize },
}

impl Size {
    /// Checks the bounds.
    ///
    /// # Errors
    /// When the platform would not hold so many.
    pub fn new(users: usize, departments: usize) -> Result<Self, SizeError> {
        let too_many = |what, asked, most| Err(SizeError::TooMany { what, asked, most });
        if users > MAX_USERS {
            return too_many("users", users, MAX_USERS);
        }
        if departments > MAX_DEPARTMENTS {
            return too_many("departments", departments, MAX_DEPARTMENTS);
        }
        if users > departments.max(1) * MAX_MEMBERS {
            return Err(SizeError::Crowded { users, departments, needed: users.div_ceil(MAX_MEMBERS) });
        }
        Ok(Self { users, departments, invited: 0 })
    }

    /// So many of the users have not joined.
    ///
    /// # Errors
    /// When nobody would be left who has.
    pub fn with_invited(self, invited: usize) -> Result<Self, SizeError> {
        if invited > 0 && invited >= self.users {
            return Err(SizeError::Invited { invited, users: self.users });
        }
        Ok(Self { invited, ..self })
    }
}

impl FromStr for Size {
    type Err = SizeError;

    fn from_str(text: &str) -> Result<Self, SizeError> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        let (users, departments, invited) = match parts.as_slice() {
            [users, departments] => (users, departments, None),
            [users, departments, invited] => (users, departments, Some(invited)),
            _ => return Err(SizeError::Shape(text.to_owned())),
        };
        let number = |what, text: &str| {
            let digits = text.replace('_', "");
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            match digits.parse() {
                Ok(n) if plain => Ok(n),
                // Digits that do not fit into a number are merely too many.
                Err(_) if plain => Ok(usize::MAX),
                _ => Err(SizeError::Number { what, text: text.to_owned() }),
            }
        };
        let size = Self::new(number("users", users)?, number("departments", departments)?)?;
        match invited {
            None => Ok(size),
            Some(invited) => size.with_invited(number("invited users", invited)?),
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.users, self.departments)?;
        if self.invited > 0 { write!(f, ",{}", self.invited) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        text.parse::<Size>().map_or_else(|e| e.to_string(), |s| format!("{s:?}"))
    }

    #[test]
    fn sizes_are_read_or_refused_with_the_reason() {
        let texts = [
            "500,40",
            " 100_000 , 3000 ",
            "500,40,3",
            "0,0",
            "",
            "5",
            "5,",
            "a,b",
            "-1,2",
            "5,1,5",
            "1.5,2",
            "1000001,200",
            "10,30001",
            "20001,2",
            "99999999999999999999999,1",
            "1,2,3,4",
        ];
        let said: String = texts.iter().map(|t| format!("{t:?} → {}\n", said(t))).collect();
        insta::assert_snapshot!(said, @r#"
        "500,40" → Size { users: 500, departments: 40, invited: 0 }
        " 100_000 , 3000 " → Size { users: 100000, departments: 3000, invited: 0 }
        "500,40,3" → Size { users: 500, departments: 40, invited: 3 }
        "0,0" → Size { users: 0, departments: 0, invited: 0 }
        "" → "" is no size; write N-USERS,N-DEPARTMENTS, as in 500,40
        "5" → "5" is no size; write N-USERS,N-DEPARTMENTS, as in 500,40
        "5," → "" is not a number of departments
        "a,b" → "a" is not a number of users
        "-1,2" → "-1" is not a number of users
        "5,1,5" → 5 people cannot be waiting to join when there are 5 users and the founder has joined
        "1.5,2" → "1.5" is not a number of users
        "1000001,200" → 1000001 users are too many; a tenant holds at most 1000000
        "10,30001" → 30001 departments are too many; a tenant holds at most 30000
        "20001,2" → 20001 users do not fit into 2 departments of at most 10000 members each; ask for at least 3 departments
        "99999999999999999999999,1" → 18446744073709551615 users are too many; a tenant holds at most 1000000
        "1,2,3,4" → "1,2,3,4" is no size; write N-USERS,N-DEPARTMENTS, as in 500,40
        "#);
    }

    proptest::proptest! {
        #[test]
        fn what_is_printed_reads_back(users in 0..1_000_usize, departments in 0..1_000_usize) {
            let size = Size::new(users, departments).unwrap();
            proptest::prop_assert_eq!(size.to_string().parse::<Size>().unwrap(), size);
        }
    }
}
