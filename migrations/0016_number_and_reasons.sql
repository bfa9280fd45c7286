-- Tickets by the count of their day alone, the last four digits of their number, the latest first.
CREATE INDEX tickets_count_of_day ON tickets (substr(number, 15), number);
-- Why a ticket among many refused, for programs: not-found, forbidden, status, resolution, tags, internal or other.
ALTER TABLE bulk_items ADD COLUMN reason TEXT;
