//! The name that is typed before anything on a production connection is lost for good.

use super::{Environment, Session};
use crate::{Error, Result};

impl Session {
    /// Refuses a destructive step on a production connection unless its name was typed, exactly. Elsewhere nothing need
    /// be typed, but what was typed has to be right all the same: whoever typed it meant something else.
    ///
    /// # Errors
    ///
    /// `InvalidInput`, with what to type. Nothing was sent.
    pub(crate) fn confirmed(&self, name: &str, confirm: Option<&str>) -> Result<()> {
        check(self.info.environment, name, confirm)
    }

    /// The same for what cannot be taken back wherever it is done: the name has to be typed on every connection.
    pub(crate) fn confirmed_anywhere(name: &str, confirm: Option<&str>) -> Result<()> {
        check(Environment::Production, name, confirm).map_err(|error| match confirm {
            Some(_) => error,
            None => refused(
                format!("This cannot be taken back: '{name}' has to be typed first. Nothing was sent."),
                name,
            ),
        })
    }
}

fn check(environment: Environment, name: &str, confirm: Option<&str>) -> Result<()> {
    match confirm {
        Some(typed) if typed == name => Ok(()),
        Some(typed) => Err(refused(format!("'{typed}' was typed, not '{name}': nothing was sent."), name)),
        None if environment == Environment::Production => {
            let message = format!(
                "This connection is marked as production: '{name}' has to be typed first. Nothing was sent."
            );
            Err(refused(message, name))
        }
        None => Ok(()),
    }
}

fn refused(message: String, name: &str) -> Error {
    Error::invalid(message).with_hint(format!("Type {name} to confirm."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    const ELSEWHERE: [Environment; 2] = [Environment::Local, Environment::Test];

    #[test]
    fn on_production_only_the_exact_name_confirms() {
        let check = |typed| check(Environment::Production, "shop.orders", typed);
        assert!(check(Some("shop.orders")).is_ok());
        let others = [Some(""), Some("shop.Orders"), Some(" shop.orders"), Some("shop.order"), Some("yes")];
        for typed in others.into_iter().chain([None]) {
            let error = check(typed).expect_err("not confirmed");
            assert_eq!(error.code(), ErrorCode::InvalidInput);
            assert!(
                error.to_string().contains("'shop.orders'") && error.to_string().contains("othing was sent")
            );
            assert_eq!(error.body().hint.as_deref(), Some("Type shop.orders to confirm."));
        }
    }

    #[test]
    fn elsewhere_nothing_need_be_typed_but_a_wrong_name_is_no_confirmation() {
        for environment in ELSEWHERE {
            assert!(check(environment, "items", None).is_ok());
            assert!(check(environment, "items", Some("items")).is_ok());
            assert!(check(environment, "items", Some("itens")).is_err());
        }
    }
}
