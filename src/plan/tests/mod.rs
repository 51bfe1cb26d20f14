mod binding;
mod differing;
mod leaving;
mod ordering;
mod ruling;
mod sealing;
mod toy;
