//! Where the contents of documents stand: the database, a directory, or a store that speaks S3. Objects have random keys,
//! so that whoever sees keys does not learn who has the same file. What is read is checked by whoever knows the digest.

use std::{sync::Arc, time::Duration};

use anteroom_entity::document_content;
use bytes::Bytes;
use object_store::{
    BackoffConfig, ClientOptions, ObjectStore, ObjectStoreExt as _, RetryConfig, aws::AmazonS3Builder,
    local::LocalFileSystem, path::Path,
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;

use super::{error::StorageError, store::Store};
use crate::config::{DocumentSettings, DocumentStore};

/// How long one request to an S3 store may take, and all its repetitions together. A request to this service takes longer
/// than that only if it is cut off.
const REQUEST: Duration = Duration::from_secs(10);
const REPETITIONS: Duration = Duration::from_secs(15);

/// The object store, cheap to clone.
#[derive(Clone, Debug)]
pub enum Objects {
    /// A table of the database.
    Database,
    /// Somewhere else, with what keys begin with.
    Outside(Arc<dyn ObjectStore>, Path),
}

impl Objects {
    /// Opens the store that the settings name; nothing is asked of it yet.
    ///
    /// # Errors
    /// [`StorageError::Objects`] if the directory is not there or a value cannot be used.
    pub fn open(settings: &DocumentSettings) -> Result<Self, StorageError> {
        let prefix = Path::from(settings.prefix.as_str());
        let store: Arc<dyn ObjectStore> = match settings.store {
            DocumentStore::Database => return Ok(Self::Database),
            DocumentStore::Directory => {
                let directory = settings.directory.clone().unwrap_or_default();
                Arc::new(LocalFileSystem::new_with_prefix(directory)?.with_fsync(true))
            }
            DocumentStore::S3 => Arc::new(s3(settings)?),
        };
        Ok(Self::Outside(store, prefix))
    }

    /// Puts an object, whole or not at all.
    ///
    /// # Errors
    /// [`StorageError`] if it was not put.
    pub async fn put(&self, store: &Store, key: Uuid, bytes: Bytes) -> Result<(), StorageError> {
        match self {
            Self::Database => {
                let row = document_content::ActiveModel { object_id: Set(key.to_string()), bytes: Set(bytes.into()) };
                let tx = store.begin_write().await?;
                document_content::Entity::insert(row).exec_without_returning(tx.db()).await?;
                tx.commit().await
            }
            Self::Outside(objects, prefix) => {
                objects.put(&path(prefix, key), bytes.into()).await?;
                Ok(())
            }
        }
    }

    /// The object's bytes; none if there is no such object.
    ///
    /// # Errors
    /// [`StorageError`] if the store does not answer.
    pub async fn get(&self, store: &Store, key: Uuid) -> Result<Option<Bytes>, StorageError> {
        match self {
            Self::Database => {
                let tx = store.begin_read().await?;
                let found = document_content::Entity::find_by_id(key.to_string()).one(tx.db()).await?;
                tx.end().await?;
                Ok(found.map(|row| row.bytes.into()))
            }
            Self::Outside(objects, prefix) => match objects.get(&path(prefix, key)).await {
                Ok(found) => Ok(Some(found.bytes().await?)),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(error.into()),
            },
        }
    }

    /// Takes the object away; one that is not there is as good.
    ///
    /// # Errors
    /// [`StorageError`] if the store does not answer.
    pub async fn delete(&self, store: &Store, key: Uuid) -> Result<(), StorageError> {
        match self {
            Self::Database => {
                let tx = store.begin_write().await?;
                document_content::Entity::delete_by_id(key.to_string()).exec(tx.db()).await?;
                tx.commit().await
            }
            Self::Outside(objects, prefix) => match objects.delete(&path(prefix, key)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(error.into()),
            },
        }
    }
}

fn path(prefix: &Path, key: Uuid) -> Path {
    prefix.clone().join(key.to_string())
}

fn s3(settings: &DocumentSettings) -> Result<object_store::aws::AmazonS3, StorageError> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let endpoint = text(&settings.endpoint);
    let options = ClientOptions::new().with_timeout(REQUEST).with_allow_http(endpoint.starts_with("http://"));
    let retry = RetryConfig { max_retries: 3, retry_timeout: REPETITIONS, backoff: BackoffConfig::default() };
    let secret = settings.secret_access_key.as_ref().map(|secret| secret.expose().to_owned());
    let built = AmazonS3Builder::new()
        .with_client_options(options)
        .with_retry(retry)
        .with_endpoint(endpoint)
        .with_region(settings.region.as_str())
        .with_bucket_name(text(&settings.bucket))
        .with_virtual_hosted_style_request(!settings.path_style)
        // One object at a time is what every such store can do.
        .with_disable_bulk_delete(true)
        .with_access_key_id(text(&settings.access_key_id))
        .with_secret_access_key(secret.unwrap_or_default())
        .build()?;
    Ok(built)
}
