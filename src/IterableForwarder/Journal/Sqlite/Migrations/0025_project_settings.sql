-- The settings of a project become a document, like those of a connection, because no query filters by them.

ALTER TABLE projects ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';   -- JSON

UPDATE projects SET settings = json_object(
    'name', name, 'dataCenter', data_center, 'type', type, 'userId', user_id,
    'budgets', json_object('lists', budget_lists, 'users', budget_users, 'events', budget_events));

ALTER TABLE projects DROP COLUMN name;
ALTER TABLE projects DROP COLUMN data_center;
ALTER TABLE projects DROP COLUMN type;
ALTER TABLE projects DROP COLUMN user_id;
ALTER TABLE projects DROP COLUMN budget_lists;
ALTER TABLE projects DROP COLUMN budget_users;
ALTER TABLE projects DROP COLUMN budget_events;
