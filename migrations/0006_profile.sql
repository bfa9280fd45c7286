-- What others see of somebody: the name under which the file store has their picture, which cannot be guessed.
ALTER TABLE people ADD COLUMN avatar TEXT;
CREATE UNIQUE INDEX people_avatar ON people (avatar);
-- The picture that the ghost has on the homeserver.
ALTER TABLE people ADD COLUMN ghost_avatar TEXT;
-- Where somebody of Matrix has the picture that they wear in rooms.
ALTER TABLE people ADD COLUMN avatar_mxc TEXT;
