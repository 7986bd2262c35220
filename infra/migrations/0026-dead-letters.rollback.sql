drop schema connector cascade; -- redrive the letters first: those in the table are no longer on their topics
