-- What a source that brings its own settings has said of a project.

ALTER TABLE projects ADD COLUMN source TEXT NULL;   -- JSON: accounts, followsSource, settingsTime, keyTime
