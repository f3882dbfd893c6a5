//! Values that a newer peer knows and this type does not. The reader leaves them out of a field, and keeps them for
//! `#[unknown_fields]`.

use super::extent::Unknown;
use super::{Message, Reader, Unfit};
use crate::message::error::DecodeError;
use polywire_codegen::model;

/// A value that was left out of a field, as it was on the wire.
#[derive(Debug)]
pub(super) enum Kept {
    /// The number of an enum.
    Number(u64),
    /// A message or an entry of a map, with its length in front.
    Whole(Box<[u8]>),
}

/// An unknown value, and the name of the type that does not know it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stranger {
    Value(i32, &'static str),
    Member(u32, &'static str),
}

impl Reader<'_> {
    /// Leaves out a value of an enum.
    ///
    /// # Errors
    /// When unknown values are refused.
    #[cold]
    pub(super) fn leave_out_value(&mut self, raw: u64, of: &'static model::Enum) -> Result<(), DecodeError> {
        self.stranger = Some(Stranger::Value(raw as i32, &of.name.name));
        match self.unknown() {
            Unknown::Refused => Err(self.strange()),
            Unknown::LeftOut => {
                self.kept.push(Kept::Number(raw));
                Ok(())
            }
        }
    }

    /// Reads a message or an entry of a map; `read` may leave it out.
    pub(super) fn maybe<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Option<T>, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        let (before, from) = (self.rest(), self.kept.len());
        let value = read(self)?;
        if value.is_none() {
            self.kept.truncate(from);
            self.kept.push(Kept::Whole(before[..before.len() - self.rest().len()].into()));
        }
        Ok(value)
    }

    /// Leaves out an enum with data, when an unknown member is set and no known one.
    ///
    /// # Errors
    /// When unknown values are refused, and when no member is set at all.
    #[cold]
    fn leave_out_choice(&mut self, of: &'static model::Message, unfit: &Unfit) -> Result<(), DecodeError> {
        if self.unknown() == Unknown::Refused || (self.passed.is_none() && self.stranger.is_none()) {
            return Err(unfit.at(self));
        }
        if let Some(number) = self.passed {
            self.stranger = Some(Stranger::Member(number, &of.name.name));
        }
        Ok(())
    }

    /// The error for a message that cannot be made from its fields.
    #[cold]
    pub(super) fn unfit(&self, message: &model::Message, unfit: Unfit) -> DecodeError {
        match self.unknown() {
            Unknown::Refused => unfit.at(self),
            Unknown::LeftOut => unfit.of_newer(message).at(self),
        }
    }

    /// The error for a required field, when its value was left out.
    #[cold]
    pub(super) fn strange(&self) -> DecodeError {
        let advice = match self.unknown() {
            Unknown::Refused => "",
            Unknown::LeftOut => ADVICE,
        };
        match self.stranger {
            Some(Stranger::Value(number, of)) => {
                self.error(format!("{number} is not a value of {of}{advice}"))
            }
            Some(Stranger::Member(number, of)) => {
                self.error(format!("{number} is not a member of {of}{advice}"))
            }
            None => self.error("is not known here"),
        }
    }
}

/// Advice for the developer of a client that reads answers of a newer peer.
pub(super) const ADVICE: &str = ": a newer peer may have added it. Make the field an `Option`, or give an enum a variant `#[unknown] Other(i32)`";

/// Reads an enum with data; `None` when its member is unknown, and unknown values are left out.
pub(super) fn read_choice<M: Message>(input: &mut Reader<'_>) -> Result<Option<M>, DecodeError> {
    (input.passed, input.stranger) = (None, None);
    let slots = super::read_slots::<M>(input)?;
    match M::finish(slots) {
        Ok(message) => Ok(Some(message)),
        Err(unfit) => input.leave_out_choice(M::SCHEMA, &unfit).map(|()| None),
    }
}
