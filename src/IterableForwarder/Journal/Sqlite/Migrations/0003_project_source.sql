-- What a source that sends its own settings has reported about a project.

ALTER TABLE projects ADD COLUMN source TEXT NULL;   -- JSON: accounts, followsSource, settingsTime, keyTime
