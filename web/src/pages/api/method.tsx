import classes from './api-page.module.css';

/** GET, POST and their like, by what they mean. */
export function Method({ method }: { readonly method: string }) {
  return (
    <span className={classes['method']} data-method={method}>
      {method}
    </span>
  );
}
