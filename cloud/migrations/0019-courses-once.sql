-- A course is on record once: the same one, posted again, would earn its unit another point.
create unique index training_courses_once on training_courses (unit_path, held_on, title);
